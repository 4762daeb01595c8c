export const  untidy = "quotes" ;
